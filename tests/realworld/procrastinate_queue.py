"""A job queue at work through its own client: procrastinate_queue.py DSN [JOBS [HOURS [LOOKS]]]. Run where procrastinate is installed.

HOURS: how long jobs that are done are kept. LOOKS: how often somebody looks at what there is.
"""

import asyncio
import sys

import procrastinate

dsn = sys.argv[1]
jobs = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
hours = int(sys.argv[3]) if len(sys.argv) > 3 else 0
looks = int(sys.argv[4]) if len(sys.argv) > 4 else 0
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))
done = 0


@app.task(queue="mail", retry=1)
async def mail(number):
    global done
    done += 1
    if number % 200 == 0:
        raise ValueError("try again")


@app.task(queue="invoice", lock="invoices")
async def invoice(number):
    global done
    done += 1


async def main():
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        for i in range(jobs):
            if i % 50 == 0:
                await mail.configure(schedule_in={"hours": 1}).defer_async(number=i)
            else:
                await (invoice if i % 10 == 0 else mail).defer_async(number=i)
        await app.run_worker_async(wait=False, concurrency=4, install_signal_handlers=False, listen_notify=False)
        await app.job_manager.delete_old_jobs(nb_hours=hours)
        list(await app.job_manager.list_queues_async())
        for i in range(looks):
            # what `procrastinate shell` and a view of the admin's ask
            list(await app.job_manager.list_jobs_async(queue="invoice", status="doing"))
            list(await app.job_manager.list_jobs_async(lock=f"invoices-{i}"))
            list(await app.job_manager.list_locks_async(lock=f"invoices-{i}"))
            list(await app.job_manager.get_stalled_jobs())
            list(await app.job_manager.get_stalled_jobs(nb_seconds=300))
            if i % 5 == 0:
                list(await app.job_manager.list_tasks_async(queue="report"))
    print(f"procrastinate: {done} jobs run")


asyncio.run(main())
