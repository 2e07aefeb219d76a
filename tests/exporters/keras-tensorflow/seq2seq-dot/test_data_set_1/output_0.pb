B
Identity:0Jêu†=J`$¿—6X=þ•)¿È‘I¼—A#¿