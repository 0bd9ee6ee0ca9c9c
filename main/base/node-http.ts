/**
 * The parts of Node's HTTP that Belfry uses. An `import` of 'node:http' reads every export of it, and the
 * getter of one of them loads all of `fetch`: 12 MB of memory and a tenth of a second at each start.
 */
export const { Agent, createServer, request, STATUS_CODES } = process.getBuiltinModule('node:http');
