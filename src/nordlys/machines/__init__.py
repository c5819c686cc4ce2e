"""Machines that a page starts: a web service, a shell, an SSH host, a workflow run.

All of it ends with its block or its command. Importing it needs no extra; what needs
one imports it when it is called.
"""

from nordlys.machines.service import Service, ServiceError, free_port, serve, stop
from nordlys.machines.shell import Shell
from nordlys.machines.ssh_host import Host, HostError, ssh_host
from nordlys.machines.workflows import ActError, WorkflowRun, run_workflow

__all__ = [
    "ActError",
    "Host",
    "HostError",
    "Service",
    "ServiceError",
    "Shell",
    "WorkflowRun",
    "free_port",
    "run_workflow",
    "serve",
    "ssh_host",
    "stop",
]
