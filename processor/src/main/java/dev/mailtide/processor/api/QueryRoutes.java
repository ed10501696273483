package dev.mailtide.processor.api;

import dev.mailtide.common.run.Meters;
import dev.mailtide.processor.aggregate.Answers;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.definitions.Definitions;
import dev.mailtide.processor.definitions.RateLimits;
import dev.mailtide.processor.definitions.Verdicts;
import dev.mailtide.processor.peers.Peers;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;

/** The routes of the query API, first part: domains, one domain, one message, and what their numbers mean. */
public final class QueryRoutes {

    private final Questions questions;
    private final DomainQuestions domains;
    private final SeriesQuestions series;
    private final byte[] definitions;

    /**
     * Questions to all instances.
     *
     * @param limits by which rates are judged
     */
    public QueryRoutes(Answers answers, Peers peers, RateLimits limits, Meters meters) {
        this.questions = new Questions(answers, peers, new InternalMeters(meters));
        this.domains = new DomainQuestions(new Verdicts(limits));
        this.series = new SeriesQuestions(answers::asOf);
        this.definitions = new Definitions(limits).json().getBytes(StandardCharsets.UTF_8);
    }

    /** Adds the routes, behind {@link Gate}. */
    public void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        questions.listed(routes, "/v1/domains", domains::list, Forms.DOMAINS);
        questions.keyed(routes, "/v1/domains/{domain}", domains::one, Forms.DOMAIN);
        questions.keyed(routes, "/v1/domains/{domain}/series", series::question, Forms.SERIES);
        // Message ids may hold slashes, so this parameter takes the rest of the path.
        questions.aboutPeople(routes, "/v1/messages/<messageId>", MessageQuestions::one, Forms.MESSAGE);
        routes.get("/v1/definitions", this::answerDefinitions);
    }

    private void answerDefinitions(Context request) throws UnexpectedException {
        Parameters.none(request);
        Answered.bytes(request, Format.JSON.contentType(), definitions);
    }
}
