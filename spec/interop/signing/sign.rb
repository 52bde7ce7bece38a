# Signs with Ruby's own OpenSSL; see ../signing_interop.lua.
require "net/http"
require "openssl"

base = URI(ENV["IDNGO_BASE_URL"])
$stdin.each_line(chomp: true) do |line|
  method, target, kind, path = line.split("\t")
  body = File.binread(path)
  stamp = Time.now.to_i.to_s
  headers = {
    "X-App-Token" => "sbx:demo", "X-App-Access-Ts" => stamp,
    "X-App-Access-Sig" => OpenSSL::HMAC.hexdigest("SHA256", "demo-secret", (stamp + method + target).b + body)
  }
  headers["Content-Type"] = kind unless kind.empty?
  request = Net::HTTPGenericRequest.new(method, true, true, target, headers)
  request.body = body unless body.empty? && method == "GET"
  reply = Net::HTTP.start(base.host, base.port) { |http| http.request(request) }
  puts "#{reply.code} #{reply.body}"
end
