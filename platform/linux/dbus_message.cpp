#include "platform/linux/dbus_message.hpp"

#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace vitald::dbus {
namespace {

template <class Sent>
Value read_integer(sdbus::Message& message) {
  Sent value{};
  message >> value;
  return static_cast<std::int64_t>(value);
}

template <class Sent>
Value read_plain(sdbus::Message& message) {
  Sent value{};
  message >> value;
  return value;
}

Value read_path(sdbus::Message& message) {
  sdbus::ObjectPath path;
  message >> path;
  return std::string(path);
}

Value read_signature(sdbus::Message& message) {
  sdbus::Signature signature;
  message >> signature;
  return std::string(signature);
}

Value read_descriptor(sdbus::Message& message) {
  sdbus::UnixFd fd;
  message >> fd;
  return std::make_shared<Descriptor>(fd.release());
}

Value read_one(sdbus::Message& message);

std::string key_text(const Value& key) {
  const std::int64_t* number = key.as<std::int64_t>();
  return number != nullptr ? std::to_string(*number) : key.or_else<std::string>("");
}

// Whether something is left inside the container that was entered.
bool more(sdbus::Message& message) {
  std::string type, contents;
  message.peekType(type, contents);
  return !type.empty() && type[0] != '\0';
}

Value read_dictionary(sdbus::Message& message, const std::string& contents) {
  Dictionary dictionary;
  message.enterContainer(contents);
  while (more(message)) {
    message.enterDictEntry(contents.substr(1, contents.size() - 2));
    const Value key = read_one(message);
    dictionary[key_text(key)] = read_one(message);
    message.exitDictEntry();
  }
  message.exitContainer();
  return dictionary;
}

Value read_octets(sdbus::Message& message) {
  Octets octets;
  message >> octets;
  return octets;
}

Value read_array(sdbus::Message& message, const std::string& contents) {
  if (contents == "y") return read_octets(message);
  if (contents[0] == '{') return read_dictionary(message, contents);
  Values values;
  message.enterContainer(contents);
  while (more(message)) values.push_back(read_one(message));
  message.exitContainer();
  return values;
}

Value read_variant(sdbus::Message& message, const std::string& contents) {
  message.enterVariant(contents);
  Value value = read_one(message);
  message.exitVariant();
  return value;
}

Value read_structure(sdbus::Message& message, const std::string& contents) {
  Values values;
  message.enterStruct(contents);
  while (more(message)) values.push_back(read_one(message));
  message.exitStruct();
  return values;
}

Value read_one(sdbus::Message& message) {
  std::string type, contents;
  message.peekType(type, contents);
  switch (type.empty() ? '\0' : type[0]) {
    case 'y':
      return read_integer<std::uint8_t>(message);
    case 'n':
      return read_integer<std::int16_t>(message);
    case 'q':
      return read_integer<std::uint16_t>(message);
    case 'i':
      return read_integer<std::int32_t>(message);
    case 'u':
      return read_integer<std::uint32_t>(message);
    case 'x':
      return read_integer<std::int64_t>(message);
    case 't':
      return read_integer<std::uint64_t>(message);
    case 'b':
      return read_plain<bool>(message);
    case 's':
      return read_plain<std::string>(message);
    case 'o':
      return read_path(message);
    case 'g':
      return read_signature(message);
    case 'h':
      return read_descriptor(message);
    case 'a':
      return read_array(message, contents);
    case 'v':
      return read_variant(message, contents);
    case 'r':
      return read_structure(message, contents);
    default:
      throw std::invalid_argument("a D-Bus type that nothing here reads: " + type);
  }
}

// The first complete type of a signature.
std::string_view first_type(std::string_view signature) {
  std::size_t end = signature.find_first_not_of('a');
  if (end == std::string_view::npos) throw std::invalid_argument("a signature that ends in an array of nothing");
  int depth = 0;
  for (; end < signature.size(); ++end) {
    if (signature[end] == '(' || signature[end] == '{') ++depth;
    if (signature[end] == ')' || signature[end] == '}') --depth;
    if (depth == 0) break;
  }
  return signature.substr(0, end + 1);
}

template <class T>
const T& expect(const Value& value, std::string_view type) {
  const T* held = value.as<T>();
  if (held == nullptr) throw std::invalid_argument("a value that is not of D-Bus type " + std::string(type));
  return *held;
}

template <class Sent>
void write_integer(sdbus::Message& message, const Value& value, std::string_view type) {
  message << static_cast<Sent>(expect<std::int64_t>(value, type));
}

void write_one(sdbus::Message& message, std::string_view type, const Value& value);

// The type that a value has by itself.
std::string natural_type(const Value& value) {
  constexpr const char* kTypes[] = {"", "b", "x", "d", "s", "ay", "as", "a{sv}", "h", ""};
  return kTypes[value.data.index()];
}

void write_variant(sdbus::Message& message, const Value& value) {
  const auto* typed = value.as<std::shared_ptr<const Typed>>();
  const std::string type = typed == nullptr ? natural_type(value) : (*typed)->signature;
  message.openVariant(type);
  write_one(message, type, typed == nullptr ? value : (*typed)->value);
  message.closeVariant();
}

void write_dictionary(sdbus::Message& message, std::string_view type, const Value& value) {
  const std::string entry(type.substr(2, type.size() - 3));  // without a{ and }
  const std::string key_type(first_type(entry));
  message.openContainer("{" + entry + "}");
  for (const auto& [key, held] : expect<Dictionary>(value, type)) {
    message.openDictEntry(entry);
    const bool number = key_type != "s" && key_type != "o";
    write_one(message, key_type, number ? Value(std::int64_t{std::stoll(key)}) : Value(key));
    write_one(message, std::string_view(entry).substr(key_type.size()), held);
    message.closeDictEntry();
  }
  message.closeContainer();
}

void write_array(sdbus::Message& message, std::string_view type, const Value& value) {
  const std::string element(type.substr(1));
  if (element[0] == '{') return write_dictionary(message, type, value);
  if (element == "y") {
    message << expect<Octets>(value, type);
    return;
  }
  message.openContainer(element);
  for (const Value& held : expect<Values>(value, type)) write_one(message, element, held);
  message.closeContainer();
}

void write_structure(sdbus::Message& message, std::string_view type, const Value& value) {
  const std::string members(type.substr(1, type.size() - 2));
  message.openStruct(members);
  write_all(message, members, expect<Values>(value, type));
  message.closeStruct();
}

void write_one(sdbus::Message& message, std::string_view type, const Value& value) {
  switch (type[0]) {
    case 'y':
      return write_integer<std::uint8_t>(message, value, type);
    case 'n':
      return write_integer<std::int16_t>(message, value, type);
    case 'q':
      return write_integer<std::uint16_t>(message, value, type);
    case 'i':
      return write_integer<std::int32_t>(message, value, type);
    case 'u':
      return write_integer<std::uint32_t>(message, value, type);
    case 'x':
      return write_integer<std::int64_t>(message, value, type);
    case 't':
      return write_integer<std::uint64_t>(message, value, type);
    case 'b':
      message << expect<bool>(value, type);
      return;
    case 's':
      message << expect<std::string>(value, type);
      return;
    case 'o':
      message << sdbus::ObjectPath(expect<std::string>(value, type));
      return;
    case 'h':
      message << sdbus::UnixFd(expect<std::shared_ptr<Descriptor>>(value, type)->fd());
      return;
    case 'a':
      return write_array(message, type, value);
    case 'v':
      return write_variant(message, value);
    case '(':
      return write_structure(message, type, value);
    default:
      throw std::invalid_argument("a D-Bus type that nothing here writes: " + std::string(type));
  }
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

int Descriptor::release() { return std::exchange(fd_, -1); }

const Value* find(const Dictionary& dictionary, std::string_view key) {
  const auto found = dictionary.find(std::string(key));
  return found == dictionary.end() ? nullptr : &found->second;
}

Values read_all(sdbus::Message& message) {
  Values values;
  while (more(message)) values.push_back(read_one(message));
  return values;
}

void write_all(sdbus::Message& message, std::string_view signature, const Values& values) {
  for (const Value& value : values) {
    if (signature.empty()) throw std::invalid_argument("more values than the signature has types");
    const std::string_view type = first_type(signature);
    write_one(message, type, value);
    signature.remove_prefix(type.size());
  }
  if (!signature.empty()) throw std::invalid_argument("fewer values than the signature has types");
}

}  // namespace vitald::dbus
