"""The failures behind the nine hand-written incidents, one a module, and the vocabulary in which they are declared.

A module names the steps of its plan for what holds after them, then lists what each tool shows, the results of the
remediations, and the failure itself. Its tables fill their lines, so the formatter is off in them.
"""
