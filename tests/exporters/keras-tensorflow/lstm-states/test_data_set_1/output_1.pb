BIdentity_1:0J ¤+½
oˆ¾d@/=ý½‘ø
¾