"""Lists of certificates that a town hall sends, read and answered. Plain bytes in and out, without
Django: the functions of `child` run in a process that is thrown away."""
