B
Identity:0J ó.>=,ð>HB?â;T=wÁ<è¤?óC;>N>