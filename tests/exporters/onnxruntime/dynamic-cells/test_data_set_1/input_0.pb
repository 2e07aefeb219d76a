BxJKcA>bÿÔ½
7?