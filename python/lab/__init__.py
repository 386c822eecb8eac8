"""What master.py and grading.py are made of.

script    a line of the script -> a command, or the refusal to print
loop      the one place that waits: descriptors, signals, deadlines
child     processes: groups that end as a whole, orphans, who dies with whom
node      one started node and the conversation with its master port
grid      the nodes of one run and what a script can do to them
settle    how long to wait after a node came or went
checkout  where this is: repository, version, free ports
verdict   expected against actual output, readable differences
"""
