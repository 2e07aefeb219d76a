BQLinearLeakyRelu_5JÒ0ug<T
c2I0¦Iƒ0x74A›>	S@JuQ§xY3Th	
"7g‹’$ —±"˜¨8)
ZWK¨"„b.\›H	£iN±Y§§nM+YX“8˜4wW~’¡™5H
­«u662“`¦rxªS[$0?§£Mz	uVŠi’]›«xrp”iqX"klp6#QHxqi)y-gtMr.¡kk2H™‰-~p!oA§7¥±foy7…