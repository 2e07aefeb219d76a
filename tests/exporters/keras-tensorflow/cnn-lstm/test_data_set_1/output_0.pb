B
Identity:0J cb> @¸;