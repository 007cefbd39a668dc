# SPDX-License-Identifier: MIT
import multiprocessing, multiprocessing.shared_memory, concurrent.futures, os, signal, threading
def square(n): return n * n
if __name__ == '__main__':
    for method in 'fork', 'spawn', 'forkserver':
        with multiprocessing.get_context(method).Pool(2) as pool: print(method, pool.map(square, range(6)))
    with concurrent.futures.ThreadPoolExecutor(8) as pool: print(sum(pool.map(square, range(100))))
    memory = multiprocessing.shared_memory.SharedMemory(create=True, size=8); memory.buf[0] = 7
    if os.fork() == 0: memory.buf[0] += 1; os._exit(0)
    os.wait(); print(memory.buf[0]); memory.close(); memory.unlink()
    signal.signal(signal.SIGALRM, lambda *_: print('alarm')); signal.setitimer(signal.ITIMER_REAL, 0.05); signal.pause()
    local = threading.local(); local.x = 1
    thread = threading.Thread(target=lambda: print(hasattr(local, 'x'))); thread.start(); thread.join()
