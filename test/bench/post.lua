-- Alerts as Prometheus would post them. Arguments after `--`: the API token, a word that keeps this
-- run's alerts apart from others', how many alerts a request has, and how many different ones there are
-- in all (0: each is new).
local count = 0
local run, size, distinct

function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[1]
  run, size, distinct = args[2], tonumber(args[3]), tonumber(args[4])
end

local function alert()
  count = count + 1
  local n = distinct > 0 and count % distinct or count
  return string.format(
    '{"labels":{"alertname":"DiskFillsUp","instance":"host-%s-%d","severity":"warning"},' ..
    '"annotations":{"summary":"The disk is 95 %% full"}}', run, n)
end

function request()
  local alerts = {}
  for i = 1, size do alerts[i] = alert() end
  return wrk.format(nil, "/api/v2/alerts", nil, "[" .. table.concat(alerts, ",") .. "]")
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"durationUs":%d,"failed":%d,"p50Us":%d,"p99Us":%d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
