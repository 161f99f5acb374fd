"""Follows a stream of Server-Sent Events with sseclient, and prints each event as a line of JSON; the first line says that it is open."""
import json
import sys

import sseclient
import urllib3

url, *last = sys.argv[1:]
headers = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
if last:
    headers["Last-Event-ID"] = last[0]
response = urllib3.PoolManager(retries=False).request("GET", url, headers=headers, preload_content=False)
print(json.dumps({"open": response.status, "type": response.headers.get("content-type")}), flush=True)
for event in sseclient.SSEClient(response.stream()).events():
    print(json.dumps({"id": event.id, "event": event.event, "retry": event.retry, "data": json.loads(event.data)}), flush=True)
