// Names of the web's types that those of hono and @hono/node-server use, and Node's own of this version do not declare.
type RequestInfo = Request | string
type BufferSource = ArrayBufferView | ArrayBuffer
