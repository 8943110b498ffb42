"""Lists of people that a body sends to invite them. Plain bytes in and out, without Django: the
functions of `child` run in a process that is thrown away."""
