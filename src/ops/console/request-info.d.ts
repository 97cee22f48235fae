/** A name of the web's types that @hono/node-server's use, and Node's own types of this version do not declare. */
type RequestInfo = Request | string
