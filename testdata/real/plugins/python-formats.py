# SPDX-License-Identifier: MIT
import array, binascii, bz2, csv, decimal, fractions, hashlib, json, lzma, math, pickle, random, struct, unicodedata, uuid, xml.parsers.expat, xml.etree.ElementTree as tree, zlib, zoneinfo
data = b'signet ' * 1000
for module in bz2, lzma, zlib: print(module.__name__, module.decompress(module.compress(data)) == data)
print(decimal.Decimal(2).sqrt(decimal.Context(prec=50)), fractions.Fraction(1, 3) + fractions.Fraction(1, 6))
for name in sorted(hashlib.algorithms_guaranteed): print(name, hashlib.new(name, data).digest_size, hashlib.new(name, data).hexdigest(8 if 'shake' in name else 0) if 'shake' in name else hashlib.new(name, data).hexdigest())
print(json.dumps({'a': [1, 2.5, None]}), json.loads('{"k": "\\u00e9"}'), pickle.loads(pickle.dumps({'x': {1, 2}})))
print(unicodedata.name('\u20ac'), math.erf(0.5), struct.pack('<d', 0.1), array.array('h', [1, 2]).tobytes())
print(tree.fromstring('<a><b c="d">text</b></a>').find('b').attrib, uuid.uuid5(uuid.NAMESPACE_DNS, 'example.org'))
random.seed(1); print(random.random())
print([b'\xa4\xa2'.decode(name) for name in ('euc_jp', 'gb2312', 'euc_kr', 'big5')])
