-- wrk: one kind of request against Secrets, chosen by BENCH_MODE. Every thread has names of its own.
local mode = os.getenv("BENCH_MODE")
local token = os.getenv("BENCH_TOKEN")
local base = "/api/v1/namespaces/default/secrets"
local thread_count = 0
local n = 0

function setup(thread)
  thread:set("id", thread_count)
  thread_count = thread_count + 1
end

local function body(name, value)
  return string.format(
    '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s"},"data":{"acmedns.json":"%s"}}', name, value)
end

local headers = { ["Authorization"] = "Bearer " .. token, ["Accept"] = "application/json" }

function request()
  n = n + 1
  if mode == "get" then return wrk.format("GET", base .. "/bench-0", headers) end
  if mode == "create" then
    headers["Content-Type"] = "application/json"
    return wrk.format("POST", base, headers, body(string.format("c-%s-%d-%d", os.getenv("BENCH_RUN"), id, n), "e30="))
  end
  if mode == "merge" then
    headers["Content-Type"] = "application/merge-patch+json"
    return wrk.format("PATCH", string.format("%s/bench-%d", base, n % 100), headers,
      string.format('{"metadata":{"labels":{"n":"%d-%d"}}}', id, n))
  end
  headers["Content-Type"] = "application/apply-patch+yaml"
  return wrk.format("PATCH", string.format("%s/bench-%d?fieldManager=bench&force=true", base, id), headers,
    body(string.format("bench-%d", id), string.format("%08d", n)))
end

local failed = 0
function response(status)
  if status >= 300 then failed = failed + 1 end
end

function done(summary, latency)
  io.write(string.format("%d %.1f %d\n", summary.requests, summary.requests / (summary.duration / 1e6),
    summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect))
end
