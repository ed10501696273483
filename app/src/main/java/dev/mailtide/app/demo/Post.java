package dev.mailtide.app.demo;

/** One body on its way to the webhook. Asked again, it gives the same bytes again. */
sealed interface Post permits EventPost, UnreadablePost {
    byte[] body();
}
