-- One alert a request, each with its own label set, as Prometheus would post it.
-- Arguments after `--`: the API token, and a word that keeps this run's alerts apart from others'.
local count = 0
local run = ""

function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[1]
  run = args[2]
end

function request()
  count = count + 1
  return wrk.format(nil, "/api/v2/alerts", nil, string.format(
    '[{"labels":{"alertname":"DiskFillsUp","instance":"host-%s-%d","severity":"warning"},' ..
    '"annotations":{"summary":"The disk is 95 %% full"}}]', run, count))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"durationUs":%d,"failed":%d,"p50Us":%d,"p99Us":%d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
