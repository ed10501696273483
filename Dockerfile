# One image for every role: docker run mailtide ingest, docker run mailtide processor, and so on.
# Needs app/target/mailtide.jar: mvn --projects app --also-make -DskipTests package
ARG JDK_IMAGE=eclipse-temurin:17-jdk
ARG JRE_IMAGE=eclipse-temurin:17-jre

FROM ${JDK_IMAGE} AS jar
# The star lets the build say in words that the jar is missing.
COPY containers/image/strip-natives.sh app/target/mailtide.jar* /in/
RUN ["sh", "/in/strip-natives.sh", "/in/mailtide.jar", "/opt/mailtide"]

FROM ${JRE_IMAGE}
# Fixed, so that the owner of a volume stays the same from image to image.
RUN echo 'mailtide:x:10001:10001::/data:/usr/sbin/nologin' >> /etc/passwd \
 && echo 'mailtide:x:10001:' >> /etc/group \
 && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=jar /opt/mailtide /opt/mailtide
COPY containers/image/mailtide containers/image/keep-classes.sh /opt/mailtide/
RUN ["sh", "/opt/mailtide/keep-classes.sh"]
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Mailtide" \
      org.opencontainers.image.description="Takes e-mail event webhooks, keeps every body, and turns them into per-sender-domain state on Kafka." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV MAILTIDE_DATA_DIR=/data MAILTIDE_SPOOL_DIR=/data/spool
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/mailtide/mailtide"]
CMD ["--help"]
