B
Identity:0J|ó˜='»?¾ÐNz=ŸÒ…¾