// Messages and the readings in them, without a socket.

#include <catch2/catch.hpp>
#include <random>

#include "drivers/socket/columns.hpp"
#include "drivers/socket/sensor_book.hpp"
#include "tests/support/decimal.hpp"
#include "tests/support/result.hpp"

namespace vitald::socket {
namespace {

constexpr BootTime kNow = boot_time(5'000'000'000);

Result<std::vector<Reading>> readings_of(const SensorBook& book, std::string_view message) {
  const Result<Request> request = decode_request(message);
  if (!request) return request.error();
  std::vector<Reading> readings;
  const Result<void> appended = append_readings(std::get<Delivery>(*request), book, kNow, readings);
  if (!appended) return appended.error();
  return readings;
}

std::string refusal(std::string_view message) {
  const SensorBook book("ext-mat", {{"bed", {}}});
  const auto readings = readings_of(book, message);
  return readings ? "" : readings.error().sentence();
}

TEST_CASE("a number keeps the digits it was written with, as number, as text and with an exponent") {
  const SensorBook book("ext-mat", {{"bed", {}}});
  const auto readings = readings_of(
      book,
      R"({"n":1,"columns":[{"sensor":"bed","metric":"room_temperature","values":[36.60,"21.50",null,7,"not_at_resolution"]},
                                 {"sensor":"bed","metric":"room_temperature","exponent":-2,"values":[3660]}]})");
  REQUIRE(readings);
  REQUIRE(readings->size() == 6);
  CHECK((*readings)[0].value == Decimal(3660, -2));
  CHECK((*readings)[1].value == Decimal(2150, -2));
  CHECK((*readings)[2].value == Decimal(Special::not_a_number));
  CHECK((*readings)[3].value == Decimal(7));
  CHECK((*readings)[4].value == Decimal(Special::not_at_resolution));
  CHECK((*readings)[5].value == Decimal(3660, -2));
  CHECK((*readings)[0].time == kNow);
  CHECK((*readings)[0].sensor->id == "ext-mat-bed");
}

TEST_CASE("samples follow their start at their rate") {
  const SensorBook book("ext-mat", {{"", {}}});
  const auto readings =
      readings_of(book, R"({"columns":[{"metric":"ecg_lead_ii","rate_hz":62.5,"start_us":1000,"values":[1,2,3]}]})");
  REQUIRE(readings);
  CHECK((*readings)[2].time == boot_time(33'000));
  CHECK((*readings)[2].rate == 62'500);
  CHECK((*readings)[2].sensor->id == "ext-mat");
}

TEST_CASE("what is wrong with a message is named") {
  CHECK_THAT(refusal("{"), Catch::Contains("malformed at byte"));
  CHECK_THAT(refusal("[]"), Catch::Contains("not an object"));
  CHECK_THAT(refusal(R"({"n":1,"colums":[]})"), Catch::Contains("colums: unknown key"));
  CHECK_THAT(refusal(R"({"n":0})"), Catch::Contains("n: must be a whole number"));
  CHECK_THAT(refusal(R"({"cursor":"1"})"), Catch::Contains("cursor: needs n"));
  const auto column = [](const std::string& members) {
    return refusal(R"({"n":1,"columns":[{"sensor":"bed",)" + members + "}]}");
  };
  CHECK_THAT(column(R"("metric":"heart_rat","values":[1])"), Catch::Contains("the catalogue has no such metric"));
  CHECK_THAT(column(R"("metric":"heart_rate")"), Catch::Contains("values: missing"));
  CHECK_THAT(column(R"("metric":"heart_rate","values":["x"])"), Catch::Contains("not a number"));
  CHECK_THAT(column(R"("metric":"heart_rate","values":[1,2],"times_us":[1])"), Catch::Contains("as long as values"));
  CHECK_THAT(column(R"("metric":"heart_rate","values":[1],"times_us":[9000000000])"), Catch::Contains("future"));
  CHECK_THAT(column(R"("metric":"heart_rate","values":[1],"times_us":[-1])"), Catch::Contains("times_us"));
  CHECK_THAT(column(R"("metric":"heart_rate","values":[1],"start_us":1)"), Catch::Contains("needs rate_hz"));
  CHECK_THAT(column(R"("metric":"heart_rate","values":[1],"quality":5000)"), Catch::Contains("quality"));
  CHECK_THAT(column(R"("metric":"heart_rate","values":[18446744073709551615])"), Catch::Contains("too large"));
  CHECK_THAT(refusal(R"({"n":1,"columns":[{"sensor":"chair","metric":"heart_rate","values":[1]}]})"),
             Catch::Contains("no such sensor"));
}

TEST_CASE("a message that nests without end is refused, in both encodings") {
  CHECK_FALSE(decode_request(std::string(60'000, '[')));
  CHECK_FALSE(decode_request(std::string("\xA1\x61\x61", 3) + std::string(60'000, '\x81')));
  CHECK_FALSE(decode_request("{\"n\":" + std::string(60'000, '[')));
}

TEST_CASE("a refused message leaves nothing behind") {
  const SensorBook book("ext-mat", {{"bed", {}}});
  const auto request = decode_request(
      R"({"columns":[{"sensor":"bed","metric":"heart_rate","values":[1]},{"sensor":"bed","metric":"x","values":[1]}]})");
  REQUIRE(request);
  std::vector<Reading> readings(3);
  CHECK_FALSE(append_readings(std::get<Delivery>(*request), book, kNow, readings));
  CHECK(readings.size() == 3);
}

std::vector<Reading> various(const Sensor& sensor) {
  std::vector<Reading> readings;
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    Reading& reading = readings.emplace_back();
    reading.sensor = &sensor;
    reading.metric = find_metric(i % 3 == 0 ? "heart_rate" : "ecg_lead_ii");
    reading.time = boot_time(1'000 + i);
    reading.value =
        i % 7 == 0 ? Decimal(Special::reserved) : Decimal(static_cast<int>(random() % 2000) - 1000, -(i % 3));
    reading.quality = static_cast<Quality>(i % 4);
    reading.rate = i % 3 == 0 ? 0 : 333'333;
    reading.device_rate = i % 3 == 0 ? 0 : 360'000;
    if (i % 2 == 0) reading.device_time = DeviceTime{-i};
    if (i % 5 == 0) reading.record_number = 4'000'000'000u + static_cast<unsigned>(i);
  }
  return readings;
}

auto fields(const Reading& r) {
  return std::tuple(r.time, r.sensor->id, r.metric, r.value.text(), r.quality, r.rate, r.device_rate, r.device_time,
                    r.record_number);
}

TEST_CASE("readings come out of both encodings as they went in") {
  const Sensor sensor{"ward-1"};
  const std::vector<Reading> sent = various(sensor);
  Delivery delivery;
  delivery.number = 3;
  delivery.cursor = Cursor{"meter", "a\"b"};
  delivery.columns = columns_of("ward", sent);
  const SensorBook book("ward", {{"1", {}}});
  for (const Encoding encoding : {Encoding::json, Encoding::cbor}) {
    const std::string message = encode(Request(delivery), encoding);
    CHECK(encoding_of(message) == encoding);
    const auto request = decode_request(message);
    REQUIRE(request);
    const Delivery& taken = std::get<Delivery>(*request);
    CHECK(taken.cursor->bytes == "a\"b");
    CHECK(taken.cursor->name == "meter");
    std::vector<Reading> readings;
    REQUIRE(append_readings(taken, book, kNow, readings));
    std::ranges::sort(readings, {}, &Reading::time);
    REQUIRE(readings.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) CHECK(fields(readings[i]) == fields(sent[i]));
  }
}

TEST_CASE("answers come out of both encodings as they went in") {
  for (const Encoding encoding : {Encoding::json, Encoding::cbor}) {
    const auto welcome = decode_answer(encode(Answer(Welcome{{{"", "12"}}, 65536, 100}), encoding));
    REQUIRE(welcome);
    CHECK(std::get<Welcome>(*welcome).cursors.at("") == "12");
    const auto ack = decode_answer(encode(Answer(Acknowledgement{9}), encoding));
    CHECK(std::get<Acknowledgement>(*ack).through == 9);
    const auto refused = decode_answer(encode(Answer(Refusal{"no", 4}), encoding));
    CHECK(std::get<Refusal>(*refused).number == 4u);
  }
}

TEST_CASE("a sensor that the settings do not list is not taken, nor an id with a slash") {
  SensorBook listed("ext-mat", {{"bed", {}}}), open("ext-mat", {});
  CHECK(listed.declare({{"bed", std::chrono::seconds(5)}}));
  CHECK(listed.find("bed")->silent_after == std::chrono::seconds(5));
  CHECK_FALSE(listed.declare({{"chair", {}}}));
  CHECK(open.declare({{"chair", {}}}));
  CHECK_FALSE(open.declare({{"good", {}}, {"../bad", {}}}));
  CHECK(open.find("good") == nullptr);
}

}  // namespace
}  // namespace vitald::socket
