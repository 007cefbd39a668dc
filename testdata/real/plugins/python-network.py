# SPDX-License-Identifier: MIT
import asyncio, socket, ssl
server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH); server_side.load_cert_chain('cert.pem', 'key.pem')
client_side = ssl.create_default_context(cafile='cert.pem')
async def serve(reader, writer):
    writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()
async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0, ssl=server_side)
    port = server.sockets[0].getsockname()[1]
    async def ask(n):
        reader, writer = await asyncio.open_connection('127.0.0.1', port, ssl=client_side, server_hostname='localhost')
        writer.write(b'question %d\n' % n); answer = await reader.readline(); writer.close(); return answer
    print(await asyncio.gather(*[ask(n) for n in range(5)]))
    print(await (await asyncio.create_subprocess_exec('echo', 'child', stdout=asyncio.subprocess.PIPE)).communicate())
    print(await asyncio.get_running_loop().run_in_executor(None, sum, range(100)))
asyncio.run(main())
print(ssl.OPENSSL_VERSION, socket.getaddrinfo('localhost', 80, socket.AF_INET, socket.SOCK_STREAM), socket.getservbyname('https'))
