B
Identity:0JÎ1˜½{.è½