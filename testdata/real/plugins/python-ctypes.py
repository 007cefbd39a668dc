# SPDX-License-Identifier: MIT
import ctypes, ctypes.util
libc = ctypes.CDLL('libc.so.6'); itself = ctypes.CDLL(None); libm = ctypes.CDLL(ctypes.util.find_library('m') or 'libm.so.6')
print(libc.strlen(b'signet'), itself.abs(-42), itself.Py_IsInitialized())
libm.pow.restype = ctypes.c_double; libm.pow.argtypes = [ctypes.c_double] * 2
print(libm.pow(2, 0.5))
numbers = (ctypes.c_int * 5)(5, 3, 1, 4, 2)
compare_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
libc.qsort(numbers, 5, 4, compare_type(lambda a, b: a[0] - b[0])); print(list(numbers))
for load in lambda: ctypes.CDLL('libnothing.so.9'), lambda: libc.no_such_function, lambda: ctypes.CDLL(__file__):
    try: load()
    except (OSError, AttributeError) as error: print(type(error).__name__, str(error).replace(__file__, 'script.py'))
print(ctypes.pythonapi.PyLong_AsLong(ctypes.py_object(7)), ctypes.c_int.in_dll(itself, 'Py_OptimizeFlag').value)
