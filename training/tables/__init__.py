"""Sheets and CSV files as cells, in and out. Plain data, without Django: what strangers send is
read in a process that is thrown away."""
