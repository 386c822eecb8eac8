"""The modules of master.py, grading.py and demo.py.

tool          what each program does first and last: streams, failures of the machine in one line
arguments     command lines: numbers, options given once, the base port
text          texts as any editor saves them -> lines
script        the language: a line of the script -> a command, or the error to print
loop          the only place that waits: descriptors, signals, deadlines
child         processes: groups that end as a whole, orphans, signals
words         the output of a child
node          one started node and the connection to its master port
grid          the nodes of one run and what a script can do to them
settle        how long to wait after a node was started or ended
checkout      this checkout: folders, version, free ports
namespace     network namespaces
side_by_side  scripts of a grader, several at a time
verdict       compares expected and actual output, shows differences
"""
