# Receives webhooks on http://127.0.0.1:9000/ and prints those that are genuine. Python 3.9 or later, nothing to install.
import base64, hmac, http.server, json, os, time

KEY = base64.b64decode(os.environ["NEWSROOM_SECRET"].removeprefix("whsec_"))

class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        id, sent, given = (self.headers.get("webhook-" + name, "") for name in ("id", "timestamp", "signature"))
        mac = base64.b64encode(hmac.digest(KEY, f"{id}.{sent}.".encode() + body, "sha256"))
        fresh = sent.isdecimal() and abs(time.time() - int(sent)) <= 300
        genuine = fresh and any(hmac.compare_digest(b"v1," + mac, one.encode()) for one in given.split())
        self.send_response(204 if genuine else 401)
        self.end_headers()
        if genuine:
            event = json.loads(body)
            print(event["type"], "revision", event["data"]["revision"], event["data"]["headline"], flush=True)

http.server.ThreadingHTTPServer(("127.0.0.1", 9000), Receiver).serve_forever()
