# SPDX-License-Identifier: MIT
import dbm, dbm.dumb, sqlite3
db = sqlite3.connect('file.db')
db.create_function('twice', 1, lambda n: 2 * n)
db.execute('create table t(n)'); db.executemany('insert into t values (?)', [(n,) for n in range(10)]); db.commit()
print(db.execute('select twice(sum(n)) from t').fetchone(), sqlite3.sqlite_version)
try: db.execute('select * from no_such_table')
except sqlite3.OperationalError as error: print(error)
for name in 'dbm.ndbm', 'dbm.gnu', 'dbm.dumb':
    try: module = __import__(name, fromlist='x')
    except ImportError: print(name, 'is missing'); continue
    with module.open('file-' + name, 'c') as file: file[b'key'] = b'value'; print(name, file[b'key'])
