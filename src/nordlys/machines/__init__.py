"""Machines that a page starts: a service, a database, a shell, an SSH host.

All of it ends with its block or its command. Importing it needs no extra; what needs
one imports it when it is called.
"""

from nordlys.machines.postgres import postgres
from nordlys.machines.processes import running, stop
from nordlys.machines.service import Service, ServiceError, free_port, serve
from nordlys.machines.shell import Shell
from nordlys.machines.spark import SparkMissingError, recorded_runs, spark_session
from nordlys.machines.ssh_host import Host, HostError, ssh_host
from nordlys.machines.web_server import web_server
from nordlys.machines.workflows import ActError, WorkflowRun, run_workflow

__all__ = [
    "ActError",
    "Host",
    "HostError",
    "Service",
    "ServiceError",
    "Shell",
    "SparkMissingError",
    "WorkflowRun",
    "free_port",
    "postgres",
    "recorded_runs",
    "run_workflow",
    "running",
    "serve",
    "spark_session",
    "ssh_host",
    "stop",
    "web_server",
]
