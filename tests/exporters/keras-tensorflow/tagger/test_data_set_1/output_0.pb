B
Identity:0J$jN½>‹(y>QÆ>;¿>Sw‚>q{¾>$GÂ>ûˆ>â©µ>