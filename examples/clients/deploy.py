"""Deploys a target by Temporal alone: no files, no Node.js, no Pawl. pip install temporalio; TARGET=orders python deploy.py"""

import asyncio
import os
import sys

from temporalio.client import Client, WorkflowFailureError


async def main() -> int:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    target = os.environ["TARGET"]
    try:
        result = await client.execute_workflow(
            "pawl.deploy", {"target": target, "by": "python"}, id=f"nightly-{target}", task_queue="pawl"
        )
    except WorkflowFailureError as error:
        print(error.cause, file=sys.stderr)
        return 1
    print(result["outcome"], result["applied"])
    return 0


sys.exit(asyncio.run(main()))
