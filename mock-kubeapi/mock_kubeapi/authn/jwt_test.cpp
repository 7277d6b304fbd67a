#include "mock_kubeapi/authn/jwt.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <string>

#include "mock_kubeapi/base64.h"

namespace mock_kubeapi {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// A fresh RSA key of `bits` as PEM.
std::string RsaPem(unsigned bits) {
  EVP_PKEY* key = EVP_RSA_gen(bits);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

SigningKey Key() {
  auto key = SigningKey::Generate();
  EXPECT_TRUE(key);
  return std::move(*key);
}

std::string WithHeader(const std::string& token, const Json& header) {
  return EncodeBase64Url(header.dump()) + token.substr(token.find('.'));
}

TEST(Jwt, OfAnEcKeyVerifiesWithThatKeyOnly) {
  const SigningKey key = Key();
  const std::string token = key.Encode({{"sub", "bot"}, {"exp", 12}});
  const auto jwt = ParseJwt(token);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(jwt->header.at("alg"), "ES256");
  EXPECT_EQ(jwt->header.at("kid"), key.key_id());
  EXPECT_EQ(jwt->claims, Json({{"sub", "bot"}, {"exp", 12}}));
  EXPECT_THAT(jwt->signature, SizeIs(64));
  EXPECT_TRUE(key.Verifies(*jwt));
  EXPECT_FALSE(Key().Verifies(*jwt));
}

TEST(Jwt, OfAnRsaKeyIsRs256) {
  const auto key = SigningKey::FromPem(RsaPem(2048));
  ASSERT_TRUE(key) << key.error();
  const std::string token = key->Encode({{"sub", "bot"}});
  const auto jwt = ParseJwt(token);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(jwt->header.at("alg"), "RS256");
  EXPECT_TRUE(key->Verifies(*jwt));
  EXPECT_EQ(key->PublicJwk().at("kty"), "RSA");
  EXPECT_EQ(key->PublicJwk().at("e"), "AQAB");
  EXPECT_FALSE(Key().Verifies(*jwt));
}

TEST(Jwt, WithAnyChangedCharacterDoesNotVerify) {
  const SigningKey key = Key();
  const std::string token = key.Encode({{"sub", "bot"}});
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto jwt = ParseJwt(changed);
    EXPECT_FALSE(jwt && key.Verifies(*jwt)) << "position " << i;
  }
}

TEST(Jwt, IsNotTakenWithAnotherAlgorithm) {
  const SigningKey key = Key();
  const std::string token = key.Encode({{"sub", "bot"}});
  for (const Json& alg : {Json("none"), Json("HS256"), Json("RS256"), Json(nullptr), Json(7)}) {
    const std::string changed = WithHeader(token, {{"alg", alg}});
    const auto jwt = ParseJwt(changed);
    ASSERT_TRUE(jwt);
    EXPECT_FALSE(key.Verifies(*jwt)) << alg;
  }
  const std::string unsigned_token = token.substr(0, token.rfind('.') + 1);
  const auto jwt = ParseJwt(unsigned_token);
  ASSERT_TRUE(jwt);
  EXPECT_FALSE(key.Verifies(*jwt));
}

TEST(Jwt, IsThreePartsOfWhichTwoAreObjects) {
  const std::string object = EncodeBase64Url("{}");
  EXPECT_TRUE(ParseJwt(fmt::format("{0}.{0}.", object)));
  for (const std::string& token :
       {std::string(), std::string("."), std::string(".."), std::string("aaa.bbb.ccc"), fmt::format("{0}.{0}", object),
        fmt::format("{0}.{0}.a.b", object), fmt::format("{}.{}.", object, EncodeBase64Url("[]")),
        fmt::format("{0}=.{0}.", object), fmt::format("{}.{}.", EncodeBase64Url("{"), object)}) {
    EXPECT_FALSE(ParseJwt(token)) << token;
  }
}

TEST(SigningKey, SaysWhatIsWrongWithAKey) {
  const auto nonsense = SigningKey::FromPem("-----BEGIN nonsense");
  ASSERT_FALSE(nonsense);
  EXPECT_THAT(nonsense.error(), HasSubstr("no unencrypted PEM private key"));
  const auto weak = SigningKey::FromPem(RsaPem(1024));
  ASSERT_FALSE(weak);
  EXPECT_THAT(weak.error(), HasSubstr("RSA of 2048 bits or more"));
}

TEST(SigningKey, SignsAlikeWhenReadAgain) {
  const SigningKey key = Key();
  const auto again = SigningKey::FromPem(key.PrivatePem());
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->key_id(), key.key_id());
  const std::string token = again->Encode({{"sub", "bot"}});
  EXPECT_TRUE(key.Verifies(*ParseJwt(token)));
}

TEST(SigningKey, HasAPublicJwk) {
  const SigningKey key = Key();
  const Json jwk = key.PublicJwk();
  EXPECT_EQ(jwk.at("kty"), "EC");
  EXPECT_EQ(jwk.at("crv"), "P-256");
  EXPECT_EQ(jwk.at("kid"), key.key_id());
  EXPECT_THAT(DecodeBase64Url(jwk.at("x").get<std::string>()).value(), SizeIs(32));
  EXPECT_THAT(DecodeBase64Url(jwk.at("y").get<std::string>()).value(), SizeIs(32));
  EXPECT_FALSE(jwk.contains("d"));
}

}  // namespace
}  // namespace mock_kubeapi
