"""What master.py, grading.py and demo.py are made of.

tool          what each program does first and last: streams, failures of the machine in one line
arguments     command lines: numbers, options given once, the base port
text          texts as any editor saves them -> lines
script        the language: a line of the script -> a command, or the refusal to print
loop          the one place that waits: descriptors, signals, deadlines
child         processes: groups that end as a whole, orphans, who dies with whom, which signals
words         what a child wrote, and the last of it
node          one started node and the conversation with its master port
grid          the nodes of one run and what a script can do to them
settle        how long to wait after a node came or went
checkout      where this is: repository, version, free ports
namespace     network namespaces
side_by_side  scripts of a grader, several at a time
verdict       expected against actual output, readable differences
"""
