B
Identity:0J`Ф>ГужЅJ ВѕКЋ<