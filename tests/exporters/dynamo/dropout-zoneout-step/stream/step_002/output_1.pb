BhnJ 
ûP¾dG¯>8³2¾5m>)5>NCE>‚ˆZ¾U=