#include "sim/client_run.h"

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <utility>

#include "harness/memory_resolver.h"
#include "harness/memory_transport.h"
#include "sim/exchange_notes.h"
#include "sim/faulty_transport.h"

namespace sim {
namespace {

using client::HttpRequest;
using client::HttpResponse;

/// The token of one process: read from the file at its start and when it is refused.
class PodToken final : public client::KubeCredentials {
 public:
  explicit PodToken(const std::string& file) : file_(file), held_(file) {}
  std::optional<std::string> BearerToken() const override { return held_; }
  client::Result<bool> Reload() override { return std::exchange(held_, file_) != file_; }

 private:
  const std::string& file_;
  std::string held_;
};

/// Virtual time by which nobody's waits are changed when a cluster's clock steps.
class SteppedClock final : public client::Clock {
 public:
  SteppedClock(harness::MemoryClock& inner, const ClusterClock& cluster, ExchangeNotes& notes)
      : inner_(inner), cluster_(cluster), notes_(notes) {}
  client::TimePoint Now() const override { return inner_.Now() + cluster_.offset(); }
  std::chrono::milliseconds Monotonic() const override { return inner_.Monotonic(); }
  client::Result<void> Sleep(std::chrono::milliseconds duration) override {
    notes_.OnSleep(duration);
    return inner_.Sleep(duration);
  }

 private:
  harness::MemoryClock& inner_;
  const ClusterClock& cluster_;
  ExchangeNotes& notes_;
};

/// Counts and notes what passes by.
class CountingResolver final : public client::DnsResolver {
 public:
  CountingResolver(client::DnsResolver& inner, RunRecord& record) : inner_(inner), record_(record) {}
  client::Result<client::DnsAnswer> Ask(const client::DnsQuestion& question) override {
    ++record_.questions;
    auto answer = inner_.Ask(question);
    if (!answer) return answer;
    for (const client::DnsRecord& shown : answer->records) {
      if (shown.type == client::DnsType::kTxt) record_.texts_shown.insert(shown.data);
      if (shown.type == client::DnsType::kCname) record_.cnames_shown.emplace(shown.name, shown.data);
    }
    return answer;
  }

 private:
  client::DnsResolver& inner_;
  RunRecord& record_;
};

std::string Describe(const client::Result<HttpResponse>& result) {
  return result ? std::to_string(result->status) : "no answer";
}

}  // namespace

void PlayClientRun(const ClientRunParts& parts, const client::Config& config, harness::StepPlan& plan,
                   RunRecord& record) {
  Cluster& cluster = parts.cluster;
  const client::Command command = config.command;
  record.cluster = cluster.index();
  record.command = command;
  record.start = parts.clock.Now();
  record.deadline = config.retry.deadline;
  record.attempts = config.retry.attempts;
  record.confirm = config.run.confirm;
  record.start_jitter = config.run.start_jitter;
  record.configured = config.run.fqdns;
  record.prune = config.run.prune;
  record.reregister_on_failure = config.run.reregister_on == client::ReregisterOn::kFailure;
  record.dns_is_required = config.run.verify_dns == client::DnsCheck::kRequired;
  record.verify_cname = config.run.verify_cname;
  record.allow_from = config.acmedns.allow_from;
  record.before = cluster.State();
  record.NoteSeen(record.before);
  PodToken token(cluster.token_file());
  const std::string first_token = cluster.token_file();
  record.own_secrets = {cluster.token_file()};
  if (config.acmedns.basic_auth) record.own_secrets.emplace_back(kBasicPassword);

  std::shared_ptr<const nlohmann::json> read = cluster.StoredSecret();
  ExchangeNotes notes(parts.clock, record);
  const auto on_kube_effect = [&](const HttpRequest& request, const mock_http::Response& response) {
    cluster.Touched();
    if (response.status == 409) record.conflicted = true;
    if (response.status == 401) {
      parts.board.Strike(FaultKind::kKubeTokenRevoked, cluster.index());
      parts.board.Strike(FaultKind::kKubeTokenExpired, cluster.index());
    }
    if (response.status == 403) parts.board.Strike(FaultKind::kKubeRbacRemoved, cluster.index());
    if (request.method == "GET") {
      if (cluster.StoredSecret() != read) record.NoteSeen(cluster.State());
      read = cluster.StoredSecret();
      return;
    }
    const auto change = cluster.TakeChange();
    if (!change) return;
    ++record.client_writes;
    record.NoteSeen(ReadSecret(change->before.get()));
    record.NoteWritten(cluster.State());
    parts.on_write({.run = record, .before = change->before.get(), .after = change->after.get()});
  };
  const auto trace_exchange = [&](const HttpRequest& request, const client::Result<HttpResponse>& result,
                                  const std::optional<ExchangeFault>& fault) {
    ++record.requests;
    notes.OnAnswer(request, result);
    parts.trace.Line(cluster.index(), "  {} {} -> {}{}{}", request.method, request.url, Describe(result),
                     fault ? " under " : "", fault ? RowOf(fault->kind).name : "");
  };

  harness::MemoryTransport acme_wire(
      parts.site.acme().endpoint(), parts.waiter, plan,
      {.kind = harness::StepKind::kAcmeDns,
       .base_url = kAcmeDnsUrl,
       .latency = parts.acme_latency,
       .after_effect = [&notes](const HttpRequest& request, const mock_http::Response& response) {
         notes.OnAcmeDnsEffect(request, response);
       }});
  FaultyTransport acme(acme_wire, parts.waiter,
                       {.choose =
                            [&](const HttpRequest& request) {
                              notes.OnRequest(request);
                              return parts.board.ForAcmeDns(request);
                            },
                        .after = trace_exchange});
  harness::MemoryTransport kube_wire(cluster.endpoint(), parts.waiter, plan,
                                     {.kind = harness::StepKind::kKubernetes,
                                      .base_url = kKubeUrl,
                                      .latency = parts.kube_latency,
                                      .after_effect = on_kube_effect});
  const auto on_kube_answer = [&](const HttpRequest& request, const client::Result<HttpResponse>& result,
                                  const std::optional<ExchangeFault>& fault) {
    const bool is_old = token.BearerToken() == first_token && first_token != cluster.token_file();
    record.missed_token = is_old && (record.missed_token || (result && result->status == 401));
    trace_exchange(request, result, fault);
  };
  FaultyTransport kube(kube_wire, parts.waiter,
                       {.choose =
                            [&](const HttpRequest& request) {
                              notes.OnRequest(request);
                              return parts.board.ForKubernetes(cluster.index(), request);
                            },
                        .meddle = [&] { cluster.TouchSecret(record.requests); },
                        .after = on_kube_answer});
  harness::MemoryResolver upstream(parts.site.acme(), parts.waiter, plan, kAcmeDnsAddress);
  for (const auto& [fqdn, target] : cluster.cnames()) {
    upstream.SetRecord("_acme-challenge." + fqdn, client::DnsType::kCname, target);
  }
  CachingResolver resolver({.upstream = upstream,
                            .cache = cluster.resolver_cache(),
                            .board = parts.board,
                            .clock = parts.clock,
                            .waiter = parts.waiter,
                            .plan = plan});
  CountingResolver counting(resolver, record);
  harness::MemoryClock virtual_clock(parts.clock, parts.waiter, plan);
  SteppedClock clock(virtual_clock, cluster.clock(), notes);
  harness::MemoryLog log;
  const client::Effects effects{.acmedns = acme,
                                .kube = {.transport = kube,
                                         .credentials = token,
                                         .server = kKubeUrl,
                                         .default_namespace = cluster.namespace_name()},
                                .resolver = counting,
                                .clock = clock,
                                .random = cluster.random(),
                                .log = log};
  parts.trace.Line(cluster.index(), "{} starts", client::CommandName(command));
  try {
    record.result = client::RunCommand(config, effects);
  } catch (const harness::ProcessKilled& killed) {
    parts.trace.Line(cluster.index(), "  killed at {}", killed.at.what);
  } catch (const std::exception& error) {
    record.crash = error.what();
  }
  record.log = log.Text();
  record.end = parts.clock.Now();
  record.after = cluster.State();
  parts.trace.Line(cluster.index(), "{} ends: {}", client::CommandName(command),
                   record.result          ? fmt::format("exit {}", record.exit_code())
                   : record.crash.empty() ? std::string("killed")
                                          : "crash: " + record.crash);
}

}  // namespace sim
