#include "sync/batch/packing.hpp"

#include <zstd.h>

#include <algorithm>
#include <memory>

namespace vitald {
namespace {

constexpr int kLevel = 3;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Error not_zstd(std::size_t code) {
  return {Code::invalid, std::string("not a zstd frame: ") + ZSTD_getErrorName(code)};
}

// Decompresses the next part behind `out`; what remains to be read, 0 at the end of the frame.
std::size_t step(ZSTD_DCtx* context, ZSTD_inBuffer& in, std::string& out, std::size_t limit) {
  const std::size_t before = out.size();
  out.resize(std::min(before + ZSTD_DStreamOutSize(), limit + 1));
  ZSTD_outBuffer part{out.data(), out.size(), before};
  const std::size_t code = ZSTD_decompressStream(context, &part, &in);
  out.resize(part.pos);
  return code;
}

}  // namespace

std::string pack(std::string_view body) {
  std::string packed(ZSTD_compressBound(body.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), body.data(), body.size(), kLevel));
  return packed;
}

Result<std::string> unpack(std::string_view packed, std::size_t limit) {
  const auto too_long = [&] {
    return Error(Code::invalid, "unpacks to more than " + std::to_string(limit) + " bytes");
  };
  const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR && size > limit) return too_long();
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::string out;
  for (std::size_t left = 1; left != 0;) {
    const std::size_t before = out.size();
    left = step(context.get(), in, out, limit);
    if (ZSTD_isError(left)) return not_zstd(left);
    if (out.size() > limit) return too_long();
    if (left != 0 && in.pos == in.size && out.size() == before) return Error(Code::invalid, "zstd frame is cut short");
  }
  if (in.pos != in.size) return Error(Code::invalid, "bytes behind the zstd frame");
  return out;
}

}  // namespace vitald
