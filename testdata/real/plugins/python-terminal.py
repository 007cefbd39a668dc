# SPDX-License-Identifier: MIT
import curses, fcntl, os, pty, readline, select, sys, termios
curses.setupterm('xterm', 1); print(curses.tigetnum('colors'), curses.tigetstr('clear'))
readline.parse_and_bind('tab: complete'); readline.add_history('one'); print(readline.get_current_history_length(), readline.get_history_item(1))
sys.stdout.flush()
pid, fd = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm'
    def main(screen): screen.addstr(2, 3, 'in a window'); screen.refresh()
    curses.wrapper(main); print('typed:', input('? ')); os._exit(3)
os.write(fd, b'hello\n'); text = b''
while True:
    try: part = os.read(fd, 4096)
    except OSError: break
    if not part: break
    text += part
print(b'in a window' in text, b'typed: hello' in text, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
