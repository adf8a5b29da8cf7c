"""A Dovecot of one's own: TLS with a certificate made for the occasion.

    with Dovecot() as d:
        d.append(b"Subject: hello\\r\\n\\r\\n...")
        d.conf("town", after="move", move_to="Processed")

Everything is below one temporary folder and goes with it. Where the program
runs as root the mails belong to the user "mail", else to whoever runs it.
"""
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from harness import until

HOST = "localhost"
USER = "town@example.org"
PASSWORD = "a secret \"with\\ marks"
PATIENCE = 60


def available():
    return shutil.which("dovecot") is not None and shutil.which("openssl") is not None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_ca(folder, name="ca"):
    """A certificate authority: folder/name.pem and folder/name.key."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
            "-subj", f"/CN=Test authority {name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem")
    return f"{folder}/{name}.pem"


def make_certificate(folder, host, ca="ca", name="server"):
    """A certificate for host, signed by that authority: name.pem, name.key."""
    with open(f"{folder}/{name}.ext", "w", encoding="ascii") as f:
        f.write(f"subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={host}",
            "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
    openssl("x509", "-req", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/{ca}.pem", "-CAkey",
            f"{folder}/{ca}.key", "-CAcreateserial", "-days", "30", "-extfile", f"{folder}/{name}.ext",
            "-out", f"{folder}/{name}.pem")
    return f"{folder}/{name}.pem", f"{folder}/{name}.key"


class Dovecot:
    def __init__(self, folder=None, host=HOST, extra=""):
        self.owned = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="inlet-dovecot-")
        os.chmod(self.folder, 0o755)
        self.host = host
        self.port = free_port()      # TLS from the first byte
        self.plain_port = free_port()  # STARTTLS
        self.extra = extra
        self.process = None
        self.ca = make_ca(self.folder)
        make_certificate(self.folder, host)
        self.write_conf()

    def write_conf(self):
        root = os.getuid() == 0
        user = "mail" if root else pwd.getpwuid(os.getuid()).pw_name
        group = "mail" if root else grp.getgrgid(os.getgid()).gr_name
        inner = user if not root else "dovecot"
        login = user if not root else "dovenull"
        self.mail_user = user
        with open(f"{self.folder}/users", "w", encoding="ascii") as f:
            f.write(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        os.chmod(f"{self.folder}/users", 0o644)
        with open(f"{self.folder}/dovecot.conf", "w", encoding="utf-8") as f:
            f.write(f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/log
protocols = imap
listen = 127.0.0.1, ::1
default_internal_user = {inner}
default_internal_group = {group if not root else "dovecot"}
default_login_user = {login}
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:{self.folder}/mail/%u
mail_max_userip_connections = 1000
ssl = yes
ssl_cert = <{self.folder}/server.pem
ssl_key = <{self.folder}/server.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {self.folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={self.folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.plain_port}
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
{self.extra}
""")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        if self.owned:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        mail = f"{self.folder}/mail"
        os.makedirs(mail, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(mail, self.mail_user, self.mail_user)
        self.process = subprocess.Popen(["dovecot", "-F", "-c", f"{self.folder}/dovecot.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        why = []

        def listens():
            """Or has ended; why holds what a login met last."""
            why.clear()
            try:
                self.login().logout()
            except (OSError, imaplib.IMAP4.error) as met:
                why.append(met)
            return not why or self.process.poll() is not None

        until(listens, PATIENCE)
        if why:
            raise RuntimeError(f"dovecot does not start: {why[0]}\n{self.log()}") from why[0]

    def stop(self):
        """All of it: the master ends its children."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        self.process = None

    def log(self):
        try:
            with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def sessions(self):
        """Our own imap processes: children of the master."""
        found = []
        for pid in os.listdir("/proc"):
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
                    stat = f.read()
            except OSError:
                continue
            name = stat[stat.index("(") + 1:stat.rindex(")")]
            parent = int(stat[stat.rindex(")") + 2:].split()[1])
            if name == "imap" and self.process and parent == self.process.pid:
                found.append(int(pid))
        return found

    def kill_sessions(self):
        """As a crash of the server's processes would; gives how many."""
        pids = self.sessions()
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return len(pids)

    def login(self):
        trust = ssl.create_default_context(cafile=self.ca)
        trust.check_hostname = False
        client = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=trust)
        client.login(USER, PASSWORD)
        return client

    def append(self, *mails, folder="INBOX", flags="", when=None):
        """when: seconds since 1970, for INTERNALDATE."""
        client = self.login()
        date = imaplib.Time2Internaldate(when if when is not None else time.time())
        for mail in mails:
            kind, data = client.append(folder, flags, date, mail)
            if kind != "OK":
                raise RuntimeError(f"APPEND: {data}")
        client.logout()

    def folder_mails(self, folder="INBOX"):
        """[(uid, flags)] of a folder; [] where there is none."""
        client = self.login()
        found = []
        if client.select(client._quote(folder), readonly=True)[0] == "OK":
            _, data = client.uid("FETCH", "1:*", "(UID FLAGS)")
            for line in data:
                if line:
                    text = line.decode()
                    uid = int(text.split("UID ")[1].split(" ")[0].rstrip(")"))
                    found.append((uid, text[text.index("FLAGS (") + 7:].split(")")[0].split()))
        client.logout()
        return found

    def conf(self, name, **settings):
        """A channel block for inlet.conf; "_" in a name stands for "-"."""
        values = {"host": self.host, "port": self.port, "ca-file": self.ca, "user": USER, "password": PASSWORD}
        values.update({key.replace("_", "-"): value for key, value in settings.items()})
        lines = "".join(f"    {key} {value}\n" for key, value in values.items() if value is not None)
        return f"channel imap {name}\n{lines}"
