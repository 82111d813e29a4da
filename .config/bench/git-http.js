// `git http-backend` behind a loopback server: what a git host does, without its network. Argument: the folder of its repositories; prints its port.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

const answer = (response, all) => {
  const end = all.indexOf('\r\n\r\n')
  for (const line of all.toString('latin1', 0, end).split('\r\n')) {
    const [name, value] = line.split(': ')
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
    else response.setHeader(name, value)
  }
  response.end(all.subarray(end + 4))
}

const server = createServer((request, response) => {
  const { pathname, search } = new URL(request.url, 'http://localhost')
  const env = {
    ...process.env,
    GIT_PROJECT_ROOT: process.argv[2],
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: pathname,
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
    REMOTE_USER: 'bench',
  }
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  request.pipe(child.stdin)
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.on('close', () => answer(response, Buffer.concat(chunks)))
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
// Nobody measures any more.
process.stdin.on('end', () => process.exit()).resume()
