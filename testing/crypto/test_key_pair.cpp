// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/crypto/test_key_pair.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/error.h"

namespace holdfast::crypto {

namespace {

template <auto release>
struct Release {
  void operator()(auto* what) const { release(what); }
};
using Certificate = std::unique_ptr<X509, Release<::X509_free>>;
using Memory = std::unique_ptr<BIO, Release<::BIO_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<::EVP_PKEY_CTX_free>>;

Memory memory() { return Memory(::BIO_new(::BIO_s_mem())); }
std::string text_of(const Memory& bio) {
  char* text = nullptr;
  const auto size = ::BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}
const unsigned char* in(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(Buffer& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

void add_identifier(X509* certificate, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension =
      ::X509V3_EXT_conf_nid(nullptr, &context, NID_subject_key_identifier, value);
  ::X509_add_ext(certificate, extension, -1);
  ::X509_EXTENSION_free(extension);
}

Buffer der(unsigned tag, Bytes contents) {
  Buffer element{static_cast<std::byte>(tag)};
  const auto size = contents.size();
  if (size >= 0x80) {
    element.push_back(std::byte{0x82});
    element.push_back(static_cast<std::byte>(size >> 8));
  }
  element.push_back(static_cast<std::byte>(size & 0xFF));
  append(element, contents);
  return element;
}

Buffer joined(std::initializer_list<Buffer> parts) {
  Buffer all;
  for (const auto& part : parts) append(all, part);
  return all;
}

Buffer object_identifier(std::string_view contents) { return der(0x06, as_bytes(contents)); }
Buffer octets(Bytes contents) { return der(0x04, contents); }
Buffer sequence(std::initializer_list<Buffer> parts) { return der(0x30, joined(parts)); }
Buffer version() { return der(0x02, Buffer{std::byte{0}}); }

Buffer oid_of(DataCipher cipher) {
  switch (cipher) {
    case DataCipher::aes128: return object_identifier("\x60\x86\x48\x01\x65\x03\x04\x01\x02");
    case DataCipher::aes192: return object_identifier("\x60\x86\x48\x01\x65\x03\x04\x01\x16");
    case DataCipher::aes256: return object_identifier("\x60\x86\x48\x01\x65\x03\x04\x01\x2a");
    default: throw Error(ErrorKind::unsupported, "the double only knows AES");
  }
}

struct Method {
  const EVP_MD* method;
  Buffer oid;
};
Method method_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5: return {::EVP_md5(), object_identifier("\x2a\x86\x48\x86\xf7\x0d\x02\x05")};
    case DigestKind::sha1: return {::EVP_sha1(), object_identifier("\x2b\x0e\x03\x02\x1a")};
    case DigestKind::sha512:
      return {::EVP_sha512(), object_identifier("\x60\x86\x48\x01\x65\x03\x04\x02\x03")};
    default: return {::EVP_sha256(), object_identifier("\x60\x86\x48\x01\x65\x03\x04\x02\x01")};
  }
}

const EVP_CIPHER* cipher_of(DataCipher cipher) {
  switch (cipher) {
    case DataCipher::aes128: return ::EVP_aes_128_cbc();
    case DataCipher::aes192: return ::EVP_aes_192_cbc();
    default: return ::EVP_aes_256_cbc();
  }
}

}  // namespace

struct TestKeyPair::Key {
  std::unique_ptr<EVP_PKEY, Release<::EVP_PKEY_free>> key{
      ::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})};
};

TestKeyPair::TestKeyPair(Identifier identifier) : key_(std::make_unique<Key>()) {
  EVP_PKEY* const key = key_->key.get();
  const Certificate certificate(::X509_new());
  ::X509_set_version(certificate.get(), X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
  ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), 0);
  ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 3600);
  ::X509_set_pubkey(certificate.get(), key);
  if (identifier != Identifier::missing)
    add_identifier(certificate.get(), identifier == Identifier::chosen ? "A1A2A3A4" : "hash");
  ::X509_sign(certificate.get(), key, ::EVP_sha256());
  if (const auto* id = ::X509_get0_subject_key_id(certificate.get()))
    id_ = to_buffer(std::as_bytes(
        std::span(::ASN1_STRING_get0_data(id), static_cast<std::size_t>(::ASN1_STRING_length(id)))));
  const auto certificate_text = memory(), key_text = memory();
  ::PEM_write_bio_X509(certificate_text.get(), certificate.get());
  ::PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  certificate_ = text_of(certificate_text);
  private_key_ = text_of(key_text);
}
TestKeyPair::~TestKeyPair() = default;

std::string TestKeyPair::private_key_under_passphrase() const {
  const auto text = memory();
  const unsigned char passphrase[] = {'s', 'e', 'c', 'r', 'e', 't'};
  ::PEM_write_bio_PrivateKey(text.get(), key_->key.get(), ::EVP_aes_128_cbc(), passphrase, sizeof passphrase,
                             nullptr, nullptr);
  return text_of(text);
}

Buffer TestKeyPair::encrypt(Bytes plain) const {
  const KeyContext context(::EVP_PKEY_CTX_new(key_->key.get(), nullptr));
  ::EVP_PKEY_encrypt_init(context.get());
  ::EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING);
  Buffer encrypted(static_cast<std::size_t>(::EVP_PKEY_get_size(key_->key.get())));
  auto size = encrypted.size();
  ::EVP_PKEY_encrypt(context.get(), out(encrypted), &size, in(plain), plain.size());
  encrypted.resize(size);
  return encrypted;
}

Buffer TestKeyPair::sign(DigestKind kind, Bytes data) const {
  const auto digest = digest_of(kind, data);
  const KeyContext context(::EVP_PKEY_CTX_new(key_->key.get(), nullptr));
  ::EVP_PKEY_sign_init(context.get());
  ::EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING);
  ::EVP_PKEY_CTX_set_signature_md(context.get(), method_of(kind).method);
  Buffer signature(static_cast<std::size_t>(::EVP_PKEY_get_size(key_->key.get())));
  auto size = signature.size();
  ::EVP_PKEY_sign(context.get(), out(signature), &size, in(digest.bytes()), digest.bytes().size());
  signature.resize(size);
  return signature;
}

const TestKeyPair& client_pair() {
  static const TestKeyPair pair;
  return pair;
}

const TestKeyPair& master_pair() {
  static const TestKeyPair pair;
  return pair;
}

const TestKeyPair& stranger_pair() {
  static const TestKeyPair pair;
  return pair;
}

Buffer session_record(const SessionKey& key, const std::vector<const TestKeyPair*>& recipients) {
  Buffer entries;
  for (const auto* recipient : recipients)
    append(entries, sequence({version(), octets(recipient->id()),
                              object_identifier("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"),
                              octets(recipient->encrypt(key.key))}));
  return sequence({version(), oid_of(key.cipher), octets(key.iv), der(0x31, entries)});
}

Buffer signature_record(DigestKind kind, Bytes data, const std::vector<const TestKeyPair*>& signers) {
  Buffer entries;
  const auto oid = method_of(kind).oid;
  for (const auto* signer : signers)
    append(entries, sequence({version(), octets(signer->id()), oid, oid, octets(signer->sign(kind, data))}));
  return sequence({version(), der(0x31, entries)});
}

Buffer encrypt_stream(const SessionKey& key, Bytes plain) {
  const std::unique_ptr<EVP_CIPHER_CTX, Release<::EVP_CIPHER_CTX_free>> context(::EVP_CIPHER_CTX_new());
  ::EVP_EncryptInit_ex2(context.get(), cipher_of(key.cipher), in(key.key), in(key.iv), nullptr);
  Buffer encrypted(plain.size() + EVP_MAX_BLOCK_LENGTH);
  int size = 0, rest = 0;
  ::EVP_EncryptUpdate(context.get(), out(encrypted), &size, in(plain), static_cast<int>(plain.size()));
  ::EVP_EncryptFinal_ex(context.get(), out(encrypted) + size, &rest);
  encrypted.resize(static_cast<std::size_t>(size) + static_cast<std::size_t>(rest));
  return encrypted;
}

SessionKey counting_key(DataCipher cipher) {
  Buffer numbers;
  for (int i = 0; i < 32; ++i) numbers.push_back(static_cast<std::byte>(i));
  const Bytes all = numbers;
  return {cipher, all.first(key_size(cipher)), all.first(iv_size(cipher))};
}

}  // namespace holdfast::crypto
