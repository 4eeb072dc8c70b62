"""Jobs: a JobRun row for every long piece of work, its worker task, and the sweeper that finds what was lost or missed."""
