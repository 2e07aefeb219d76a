Br_lastJIÊ½˜î³¾k
˜>