package dev.mailtide.processor.api;

/** Somebody for tests: may see every domain and every recipient, and is no admin. */
class AnyCaller extends InstanceCaller {

    private final String tokenId;

    AnyCaller(String tokenId) {
        this.tokenId = tokenId;
    }

    @Override
    public String tokenId() {
        return tokenId;
    }

    @Override
    public boolean isAdmin() {
        return false;
    }
}
